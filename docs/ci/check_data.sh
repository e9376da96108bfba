#!/usr/bin/env bash
# Checks every data file of the git repository it is called in, by yuexin. The files are one another's history.
#
#   YUEXIN   the command (default: yuexin)
#   REPORTS  the folder of the reports (default: reports): check.xml, in JUnit's form; check.md, for the pull request
#
# Exit codes are those of the check: 0 passed, warnings allowed; 1 failed; 2 could not run.
set -u
yuexin=${YUEXIN:-yuexin}
reports=${REPORTS:-reports}

mapfile -d '' files < <(git ls-files -z -- '*.csv' '*.xls' '*.xlsx')
if [ "${#files[@]}" -eq 0 ]; then
    echo "no data files: nothing to check" >&2
    exit 0
fi

mkdir -p "$reports" || exit 2
"$yuexin" check "${files[@]}" --format junit >"$reports/check.xml"
code=$?
if [ "$code" -gt 1 ]; then
    exit 2
fi
"$yuexin" check "${files[@]}" --format markdown >"$reports/check.md"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    cat "$reports/check.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
