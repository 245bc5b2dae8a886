#!/bin/sh
# Makes the documents beside it of ferry.md, hearing.md and columns.tex. Needed only to renew them:
#   apt-get install pandoc libreoffice-writer-nogui texlive-latex-recommended
set -eu
cd "$(dirname "$0")"
export SOURCE_DATE_EPOCH=1710237600
pandoc -s ferry.md -o ferry.docx
pandoc -s ferry.md -o ferry.odt
pandoc -s ferry.md -o ferry.epub
soffice --headless --convert-to rtf ferry.odt >/dev/null
pandoc -s hearing.md -o hearing.odt
soffice --headless --convert-to pdf hearing.odt >/dev/null
pdflatex -interaction=batchmode columns.tex >/dev/null
rm -f columns.aux columns.log hearing.odt
