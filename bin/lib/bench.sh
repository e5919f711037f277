# shellcheck shell=bash
# Builds what bin/bench and bin/soak run. Sourced by them, which set $root; needs toolchain.sh and build.sh.

target=${root:?}/bench/target

# The bench's own build: a directory of its own for each, as Weir has it, so that a build harms no run.
bench_current() {
  [[ -r $target/run/current && -f $target/run/$(<"$target/run/current")/bench.jar ]] || return 1
  echo "$target/run/$(<"$target/run/current")"
}

bench_is_stale() {
  local newer
  newer=$(find "$root/pom.xml" "$root/.mvn" "$root"/*/pom.xml "$root"/*/src/main -newer "$1/stamp" -print 2>/dev/null | head -n 1) || true
  [[ -n $newer ]]
}

bench_build() {
  local maven name old builds
  maven=$(weir_find_maven) || return 1
  echo "Building the benchmark." >&2
  mkdir -p "$target/run"
  name=$(date +%Y%m%d-%H%M%S)-$$
  touch "$target/run/stamp-$$"
  if ! (cd "$root" && JAVA_HOME=$1 "$maven" -B -Dfast -DskipTests -Dstyle.color=never -pl bench -am package >"$target/build.log" 2>&1); then
    rm -f "$target/run/stamp-$$"
    grep -m 20 -E '^\[ERROR\]|^Error|^Exception' "$target/build.log" >&2 || tail -n 20 "$target/build.log" >&2
    echo "The build failed; all of its output is in $target/build.log." >&2
    return 1
  fi
  mkdir -p "$target/run/$name"
  cp -R "$target/bench.jar" "$target/lib" "$target/run/$name/"
  mv "$target/run/stamp-$$" "$target/run/$name/stamp"
  echo "$name" >"$target/run/current"
  # Names sort by time; the three youngest stay.
  builds=("$target"/run/2*/)
  for ((old = 0; old < ${#builds[@]} - 3; old++)); do
    rm -rf "${builds[old]}"
  done
}

# Prints the directory of a build that is up to date, after building it if need be. $1: the JDK's home.
bench_ensure_built() {
  local current
  if ! current=$(bench_current) || bench_is_stale "$current"; then
    weir_lock_build
    bench_build "$1" || return 1
    weir_unlock_build
  fi
  bench_current
}
