# shellcheck shell=bash
# Fetches the servers of HDFS, for trials and tests. Sourced by those who need them, with $root set; needs toolchain.sh.

hdfs_servers=${root:?}/storage-hdfs/target/servers

# Prints the directory of HDFS's jars, after having Maven fetch them if need be. $1: the JDK's home.
weir_ensure_hdfs_servers() {
  local maven new log
  if [[ ! -f $hdfs_servers/stamp || $root/storage-hdfs/servers/pom.xml -nt $hdfs_servers/stamp ]]; then
    maven=$(weir_find_maven) || return 1
    echo "Fetching HDFS's servers." >&2
    new=$hdfs_servers-new-$$
    log=$root/storage-hdfs/target/servers.log
    mkdir -p "$new"
    if ! JAVA_HOME=$1 "$maven" -B -ntp -f "$root/storage-hdfs/servers/pom.xml" dependency:copy-dependencies \
      "-DoutputDirectory=$new" >"$log" 2>&1 </dev/null; then
      grep -m 20 '^\[ERROR\]' "$log" >&2 || tail -n 20 "$log" >&2
      echo "HDFS's servers could not be fetched; all of Maven's output is in $log." >&2
      rm -rf "$new"
      return 1
    fi
    touch "$new/stamp"
    # Whoever was first has the name; both have the same.
    rm -rf "$hdfs_servers"
    mv "$new" "$hdfs_servers" 2>/dev/null || rm -rf "$new"
  fi
  echo "$hdfs_servers"
}
