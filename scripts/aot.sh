#!/bin/bash
# Makes the AOT caches that let heddled and heddle start fast: scripts/aot.sh
#
# Runs both as they are laid out in dataplane/target/heddle, the daemon with sockets of its own in a
# temporary directory, and lets the JVM note what they load. Does nothing when the caches are newer
# than every jar.
set -euo pipefail
SELF=$(readlink -f "${BASH_SOURCE[0]}")
ROOT=${SELF%/scripts/*}
HOME_DIR=$ROOT/dataplane/target/heddle
source "$ROOT/scripts/jdk.sh"
heddle_find_jdk

newer=$(find "$HOME_DIR/lib" "$HOME_DIR"/*.options -newer "$HOME_DIR/heddle.aot" 2>/dev/null || echo none)
[[ -n $newer || ! -e $HOME_DIR/heddled.aot ]] || exit 0
rm -f "$HOME_DIR"/*.aot

# picocli's classes are as old as Java 5, and the cache leaves such out.
"$JAVA_HOME/bin/java" "$ROOT/scripts/StackMaps.java" "$HOME_DIR"/lib/picocli-*.jar

work=$(mktemp -d)
daemon=
end() {
  [[ -z $daemon ]] || kill "$daemon" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
fail() {
  echo "aot: $1" >&2
  cat "$work"/log* >&2
  exit 1
}

# What the JVM tells while it writes a cache is of interest only when that fails.
HEDDLE_JVM_OPTIONS="-XX:AOTCacheOutput=$work/heddled.aot" "$ROOT/bin/heddled" --idle adaptive \
  --socket "$work/socket" --counters "$work/counters" --journal "$work/journal" >"$work/log.daemon" 2>&1 &
daemon=$!
until [[ -S $work/socket ]]; do
  kill -0 "$daemon" 2>/dev/null || fail "heddled ended"
  sleep 0.1
done
(
  source "$ROOT/scripts/launch.sh"
  HEDDLE_JVM_OPTIONS="-XX:AOTCacheOutput=$work/heddle.aot"
  heddle_launch dataplane heddle dev.heddle.cli.Rehearsal "$work/socket" "$work/counters" "$work"
) >"$work/log" 2>&1 || fail "a command failed"
kill "$daemon"
status=0
wait "$daemon" || status=$?
daemon=
# 143 is what a JVM that SIGTERM ended says.
((status == 143)) || fail "heddled ended with status $status"
for cache in "$work"/heddled.aot "$work"/heddle.aot; do
  [[ -s $cache ]] || fail "there is no ${cache##*/}"
done
mv "$work"/heddled.aot "$work"/heddle.aot "$HOME_DIR/"
