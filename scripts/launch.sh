# What the launchers in bin/ share. Sourced; expects ROOT, the directory of this project.
#
# make lays a module's programs out in its target/heddle: lib/*.jar, and for each a file of JVM options and
# perhaps an AOT cache (scripts/aot.sh). A cache that does not fit the jars is left aside without a word.

# heddle_launch MODULE PROGRAM MAIN_CLASS ARGUMENT...: becomes a JVM that runs the main class.
heddle_launch() {
  local program=$2 main=$3 home=$ROOT/$1/target/heddle jar classpath= cache options=()
  shift 3
  if [[ ! -r $home/$program.options ]]; then
    echo "$program: Heddle is not built here: run make in $ROOT" >&2
    exit 127
  fi
  source "$ROOT/scripts/jdk.sh"
  heddle_find_jdk || exit 127
  cache=$home/$program.aot
  for jar in "$home"/lib/*.jar; do
    classpath+=${classpath:+:}$jar
    # The JVM itself would go on with the classes of the old jar.
    [[ ! $jar -nt $cache ]] || cache=
  done
  [[ -z $cache ]] || options=("-XX:AOTCache=$cache" "-Xlog:aot*=off" "-Xlog:cds*=off")
  exec "$JAVA_HOME/bin/java" "@$home/$program.options" "${options[@]}" ${HEDDLE_JVM_OPTIONS:-} "-Dheddle.root=$ROOT" -cp "$classpath" "$main" "$@"
}
