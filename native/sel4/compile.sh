#!/bin/sh
# Compiles the root tasks.
#
#   compile.sh FOLDER     writes NAME.elf for each tasks/NAME.c, and release.c once for each release's numbers
#
# Ends with gcc's status when it refuses a file.
set -eu
cd "$(dirname "$0")"
mkdir -p "$1"
compile() {
  /usr/bin/gcc @options -I. -DSEL4_ABI="$1" -o "$2" "$3"
}
for task in tasks/*.c; do
  name=$(basename "$task" .c)
  compile 16 "$1/$name.elf" "$task"
done
for release in 13 14 16; do
  compile "$release" "$1/release$release.elf" tasks/release.c
done
