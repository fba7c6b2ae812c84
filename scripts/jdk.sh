# Finds a JDK that can build and run Heddle and exports it as JAVA_HOME. Sourced by bin/* and by the
# Makefile's recipes; starts no process on the way, so that the CLI stays quick.
#
# Looked at, in this order: JAVA_HOME, /usr/lib/jvm/*, the java on the PATH.

HEDDLE_JAVA_MINIMUM=25

# heddle_jdk_major DIRECTORY: sets REPLY to the feature release of the JDK there, or to 0.
heddle_jdk_major() {
  local line version
  REPLY=0
  # A JRE has no javac, and only a JDK can build.
  [[ -x $1/bin/java && -x $1/bin/javac && -r $1/release ]] || return 0
  while read -r line; do
    if [[ $line == JAVA_VERSION=* ]]; then
      version=${line#JAVA_VERSION=}
      version=${version//\"/}
      version=${version%%[!0-9]*}
      REPLY=${version:-0}
    fi
  done <"$1/release"
}

heddle_find_jdk() {
  local candidate java
  local candidates=()
  [[ -n ${JAVA_HOME:-} ]] && candidates+=("$JAVA_HOME")
  candidates+=(/usr/lib/jvm/*)
  if java=$(type -P java); then
    java=$(readlink -f "$java")
    candidates+=("${java%/bin/java}")
  fi
  for candidate in "${candidates[@]}"; do
    heddle_jdk_major "$candidate"
    if ((REPLY >= HEDDLE_JAVA_MINIMUM)); then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  cat >&2 <<MESSAGE
Heddle needs a JDK $HEDDLE_JAVA_MINIMUM or newer, and there is none in JAVA_HOME (${JAVA_HOME:-not set}),
in /usr/lib/jvm or on the PATH. Debian 12 itself has none: install Eclipse Temurin's package
temurin-25-jdk, or unpack any JDK $HEDDLE_JAVA_MINIMUM and set JAVA_HOME to its directory.
MESSAGE
  return 1
}
