# What the launchers in bin/ share. Sourced; expects ROOT, the directory of this project.
#
# make lays a module's programs out in its target/heddle: lib/*.jar, and a file of JVM options each.

# heddle_launch MODULE PROGRAM MAIN_CLASS ARGUMENT...: becomes a JVM that runs the main class.
heddle_launch() {
  local program=$2 main=$3 home=$ROOT/$1/target/heddle jar classpath=
  shift 3
  if [[ ! -r $home/$program.options ]]; then
    echo "$program: Heddle is not built here: run make in $ROOT" >&2
    exit 127
  fi
  source "$ROOT/scripts/jdk.sh"
  heddle_find_jdk || exit 127
  for jar in "$home"/lib/*.jar; do
    classpath+=${classpath:+:}$jar
  done
  exec "$JAVA_HOME/bin/java" "@$home/$program.options" ${HEDDLE_JVM_OPTIONS:-} "-Dheddle.root=$ROOT" -cp "$classpath" "$main" "$@"
}
