# shellcheck shell=bash
# Builds what bin/weir runs, when it is not there or older than its sources. Sourced by bin/weir, which sets $root;
# needs toolchain.sh. Works with bash 3.2 and later.
#
# Each build is put into a directory of its own, server/target/run/<time>/ with weir.jar and lib/, and becomes the
# current one with a rename: a node that is running keeps the files that it was started from. The last three stay.

run_directory=${root:?}/server/target/run
build_log=$run_directory/build.log

# Prints the directory of the current build; fails when there is none.
weir_current_build() {
  local name
  [[ -r $run_directory/current ]] || return 1
  name=$(<"$run_directory/current")
  [[ -n $name && -f $run_directory/$name/weir.jar && -e $run_directory/$name/stamp ]] || return 1
  echo "$run_directory/$name"
}

# Whether a source is newer than build $1. Directories are looked at too, so that a file that has gone is noticed. The
# benchmark is no part of Weir.
weir_is_stale() {
  local newer
  newer=$(find "$root/pom.xml" "$root/.mvn" "$root"/*/pom.xml "$root"/*/src/main -path "$root/bench/*" -prune -o \
    -newer "$1/stamp" -print 2>/dev/null | head -n 1) || true
  [[ -n $newer ]]
}

# One build at a time: takes the lock, or waits for who has it.
weir_lock_build() {
  local holder said=""
  mkdir -p "$run_directory"
  while ! mkdir "$run_directory/lock" 2>/dev/null; do
    holder=$(cat "$run_directory/lock/pid" 2>/dev/null || true)
    if [[ -n $holder ]] && ! kill -0 "$holder" 2>/dev/null; then
      rm -rf "$run_directory/lock"
      continue
    fi
    if [[ -z $said ]]; then
      echo "Another build is running${holder:+ (process $holder)}; waiting for it." >&2
      said=yes
    fi
    sleep 1
  done
  echo "$$" >"$run_directory/lock/pid"
  trap 'rm -rf "$run_directory/lock"' EXIT
}

weir_unlock_build() {
  rm -rf "$run_directory/lock"
  trap - EXIT
}

# Shows Maven's progress, a line a module.
weir_show_progress() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ Building\ ([^\ ]+)\ .*\[([0-9]+/[0-9]+)\] ]]; then
      echo "  [${BASH_REMATCH[2]}] ${BASH_REMATCH[1]#weir-}" >&2
    fi
  done
}

# Puts what Maven has made into a directory of its own and makes that the current build. $1: a file as old as the
# youngest source that is surely in it.
weir_publish_build() {
  local name new jar
  name=$(date +%Y%m%d-%H%M%S)-$$
  new=$run_directory/new-$$
  rm -rf "$new"
  mkdir -p "$new/lib"
  cp "$root/server/target/weir.jar" "$new/weir.jar"
  for jar in "$root"/server/target/lib/*.jar; do
    case ${jar##*/} in
      # The next build writes over these.
      weir-*) cp "$jar" "$new/lib/" ;;
      *) ln "$jar" "$new/lib/" 2>/dev/null || cp "$jar" "$new/lib/" ;;
    esac
  done
  mv "$1" "$new/stamp"
  mv "$new" "$run_directory/$name"
  echo "$name" >"$run_directory/current.new"
  mv "$run_directory/current.new" "$run_directory/current"
  # Names sort by time; the three youngest stay.
  local builds=("$run_directory"/2*/) old
  for ((old = 0; old < ${#builds[@]} - 3; old++)); do
    rm -rf "${builds[old]}"
  done
}

# Has Maven package a module and all that it needs, showing progress on standard error. $1: the JDK's home, $2: the module.
weir_package() {
  local jdk=$1 module=$2 maven
  maven=$(weir_find_maven) || return 1
  if ! (
    cd "$root" || exit 1
    export JAVA_HOME=$jdk
    "$maven" -B -Dfast -DskipTests -Dstyle.color=never -pl "$module" -am package 2>&1 | tee "$build_log" | weir_show_progress
    exit "${PIPESTATUS[0]}"
  ); then
    grep -m 20 -E '^\[ERROR\]|^Error|^Exception' "$build_log" >&2 || tail -n 20 "$build_log" >&2
    echo "The build failed; all of its output is in $build_log." >&2
    return 1
  fi
}

# Builds and publishes. $1: the JDK's home.
weir_build() {
  local started=$SECONDS
  if weir_current_build >/dev/null; then
    echo "Sources have changed: building Weir." >&2
  else
    echo "Building Weir. The first time Maven may have to fetch libraries, which takes a minute or so." >&2
  fi
  touch "$run_directory/stamp-$$"
  if ! weir_package "$1" server; then
    rm -f "$run_directory/stamp-$$"
    return 1
  fi
  weir_publish_build "$run_directory/stamp-$$"
  echo "Built in $((SECONDS - started)) s." >&2
}

# Prints the directory of a build that is up to date, after building it if need be. $1: the JDK's home.
weir_ensure_built() {
  local current
  if current=$(weir_current_build) && ! weir_is_stale "$current"; then
    echo "$current"
    return 0
  fi
  weir_lock_build
  # Whoever had the lock may have built it.
  if ! current=$(weir_current_build) || weir_is_stale "$current"; then
    weir_build "$1" || return 1
  fi
  weir_unlock_build
  weir_current_build
}

# Runs a command of build $2 as bin/weir does, quietly. $1: the JDK's home, then: the build, the command and its words.
weir_rehearse() {
  local jdk=$1 build=$2 archive=$3
  shift 2
  "$jdk/bin/java" --sun-misc-unsafe-memory-access=allow -Xlog:disable -XX:+AutoCreateSharedArchive \
    "-XX:SharedArchiveFile=$build/$archive.jsa" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m \
    -jar "$build/weir.jar" "$@" >/dev/null 2>&1
}

# Where the node listens that writes to log $1 and whose process is $2; fails when it has not said so after a minute.
weir_await_node() {
  local line i
  for ((i = 0; i < 600; i++)); do
    while IFS= read -r line; do
      if [[ $line =~ ^\ +Kafka\ +([^\ ]+)$ ]]; then
        echo "${BASH_REMATCH[1]}"
        return 0
      fi
    done <"$1"
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# Starts a node once, on ports of its own, has it make topics, take records and give them back, from memory and from
# the store, and leaves in a cache what the JVM has learnt: classes, linked, and which methods are worth compiling. Every
# later start takes a third of the time, and the compiler has half as much to do in a node's first minutes. Not left to
# the first real node, which would write it when it is told to stop. $1: the JDK's home, $2: a build.
weir_ensure_start_cache() {
  [[ ! -e $2/start.aot && ! -e $2/start.tried ]] || return 0
  echo "Preparing faster starts, once for this build." >&2
  # Should it fail, nodes just start more slowly; it is not tried again.
  touch "$2/start.tried" 2>/dev/null || return 0
  (
    scratch=$(mktemp -d)
    : >"$2/start.log" # read before the node may have opened it
    "$1/bin/java" --sun-misc-unsafe-memory-access=allow -Xlog:disable -XX:AOTCacheOutput="$2/start.new" \
      "-Dweir.rehearsal.classes=$root/bin/lib/cluster-classes.txt" \
      -XX:+UseG1GC -Xmx256m -jar "$2/weir.jar" start --set weir.data.dir="$scratch" \
      --set weir.tail.cache.bytes=16777216 \
      --set listeners=PLAINTEXT://127.0.0.1:0 --set weir.http.listener=127.0.0.1:0 >"$2/start.log" 2>&1 &
    node=$!
    # The cache is made as the node ends. A Ctrl-C here ends the node too.
    trap 'kill "$node" 2>/dev/null || true; rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM
    if address=$(weir_await_node "$2/start.log" "$node"); then
      weir_rehearse "$1" "$2" produce first --records 20000 --size 100 -b "$address" || true
      weir_rehearse "$1" "$2" consume first --from beginning --group first --max-records 20000 --timeout-idle 10s \
        -b "$address" || true
      # More than the tail cache holds, read twice: what the node learns of old records makes their first reader's
      # minutes cheaper.
      weir_rehearse "$1" "$2" produce second --records 60000 --size 1000 -b "$address" || true
      for reader in second third; do
        weir_rehearse "$1" "$2" consume second --from beginning --group "$reader" --max-records 60000 \
          --timeout-idle 10s -b "$address" || true
      done
    fi
    kill "$node" 2>/dev/null || true
    wait "$node" || true
  )
  if [[ -e $2/start.new ]]; then
    mv "$2/start.new" "$2/start.aot"
  fi
}
