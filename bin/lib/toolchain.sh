# shellcheck shell=bash
# Finds the JDK and Maven. Sourced by bin/weir, bin/verify and .ci/run; works with bash 3.2 and later.

weir_java_minimum=25

# The major version of the JDK in directory $1; 0 when there is none (a JRE without a compiler counts as none).
weir_jdk_version() {
  local home=$1 line version=0
  if [[ ! -x $home/bin/java || ! -x $home/bin/javac ]]; then
    echo 0
    return
  fi
  if [[ -r $home/release ]]; then
    while IFS= read -r line; do
      if [[ $line =~ ^JAVA_VERSION=\"?([0-9]+) ]]; then
        version=${BASH_REMATCH[1]}
      fi
    done <"$home/release"
  elif line=$("$home/bin/java" -version 2>&1) && [[ $line =~ \"([0-9]+) ]]; then
    version=${BASH_REMATCH[1]}
  fi
  echo "$version"
}

# Directories that may hold a JDK, one a line, the likeliest first. They need not exist.
weir_jdk_candidates() {
  local tool path
  echo "${JAVA_HOME:-}"
  for tool in java javac; do
    if path=$(command -v "$tool"); then
      path=$(readlink -f "$path" 2>/dev/null || echo "$path")
      echo "${path%/bin/*}"
    fi
  done
  if [[ -x /usr/libexec/java_home ]]; then
    /usr/libexec/java_home -v "$weir_java_minimum+" 2>/dev/null || true
  fi
  printf '%s\n' \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/*jdk* /usr/local/java/* \
    /opt/*jdk* /opt/*java* /opt/java/* /opt/jdks/* /opt/* \
    "${HOME:-/root}"/.sdkman/candidates/java/* "${HOME:-/root}"/.jdks/* "${HOME:-/root}"/.jdk/* \
    "${HOME:-/root}"/.asdf/installs/java/* "${HOME:-/root}"/.local/share/mise/installs/java/* \
    "${HOME:-/root}"/.jabba/jdk/* "${HOME:-/root}"/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/root}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
}

# Prints the home of a JDK that is new enough, or says on standard error how to get one and fails.
weir_find_jdk() {
  local home version seen=""
  if [[ -n ${WEIR_JAVA_HOME:-} ]]; then
    version=$(weir_jdk_version "$WEIR_JAVA_HOME")
    if ((version >= weir_java_minimum)); then
      echo "$WEIR_JAVA_HOME"
      return 0
    fi
    echo "WEIR_JAVA_HOME=$WEIR_JAVA_HOME holds no JDK $weir_java_minimum or later. Correct it, or unset it to have one looked for." >&2
    return 1
  fi
  while IFS= read -r home; do
    [[ -n $home && -d $home ]] || continue
    version=$(weir_jdk_version "$home")
    if ((version >= weir_java_minimum)); then
      echo "$home"
      return 0
    elif ((version > 0)) && [[ " $seen " != *" $version "* ]]; then
      seen="$seen $version"
    fi
  done < <(weir_jdk_candidates)
  {
    echo "Weir needs a JDK $weir_java_minimum or later, and there is none on this machine${seen:+ (found:$seen)}."
    echo "Get one from your distribution (a package such as openjdk-$weir_java_minimum-jdk), from SDKMAN (sdk install java),"
    echo "or unpack Eclipse Temurin, from the Adoptium project, anywhere and set WEIR_JAVA_HOME to that directory."
    echo "The default java of the machine may stay as it is."
  } >&2
  return 1
}

# Prints the path of Maven, or says on standard error how to get it and fails.
weir_find_maven() {
  local path
  for path in "$(command -v mvn || true)" "${MAVEN_HOME:-/nowhere}/bin/mvn" "${M2_HOME:-/nowhere}/bin/mvn" \
    "${HOME:-/root}/.sdkman/candidates/maven/current/bin/mvn" /opt/maven/bin/mvn /opt/homebrew/bin/mvn; do
    if [[ -n $path && -x $path ]]; then
      echo "$path"
      return 0
    fi
  done
  {
    echo "Weir is built with Maven 3.8 or later, and there is no mvn on the PATH."
    echo "Get it from your distribution (the package is called maven), from SDKMAN (sdk install maven) or from the"
    echo "Apache Maven project, and put its bin directory on the PATH."
  } >&2
  return 1
}
