#!/bin/bash
# Prints what the last test run did, a line for each module and kind of test, from Maven's reports.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

shopt -s nullglob
for module in */pom.xml; do
  module=${module%/pom.xml}
  for kind in surefire failsafe; do
    reports=("$module/target/$kind-reports"/TEST-*.xml)
    ((${#reports[@]})) || continue
    # The numbers stand in the attributes of each report's one <testsuite> element.
    awk -v title="$module, $kind" '
      function number(name) { return match($0, " " name "=\"[0-9.]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0 : 0 }
      BEGIN { RS = ">" }
      /<testsuite / {
        tests += number("tests"); failures += number("failures"); errors += number("errors")
        skipped += number("skipped"); seconds += number("time")
      }
      END {
        printf "%s: Tests run: %d, Failures: %d, Errors: %d, Skipped: %d, Time: %.1f s\n",
          title, tests, failures, errors, skipped, seconds
      }' "${reports[@]}"
  done
done
