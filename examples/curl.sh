#!/bin/sh
# The main calls of the service with curl; answers are printed as they come.
#
#   sh examples/curl.sh [ADDRESS]
#
# If the service needs a key, it is taken from the environment variable SERVICE_KEY.
set -eu
service=${1:-http://127.0.0.1:8000}

# The key goes through a pipe, as other users of the machine can read a command's arguments.
call() {
    printf '\n# %s\n' "$1" >&2
    shift
    { [ -z "${SERVICE_KEY:-}" ] || printf 'Authorization: Bearer %s\n' "$SERVICE_KEY"; } |
        curl --silent --show-error --fail-with-body --header @- --write-out '\n' "$@"
}

ask() {
    title=$1 path=$2 body=$3
    call "$title" "$service$path" --header 'Content-Type: application/json' --data "$body"
}

call 'Is it ready?' "$service/readyz"

call 'What is in the index?' "$service/v1/index"

ask 'A question' /v1/search '{
    "query": "What do companies expect of graduates?", "limit": 1}'

ask 'A question in Vietnamese, with conditions' /v1/search '{
    "query": "Bình Dương có bao nhiêu trường đại học?", "limit": 1,
    "filters": {"languages": ["en"], "years": {"from": 2020}}}'

call 'The same in an address' --get "$service/v1/search" \
    --data-urlencode 'query=Bình Dương có bao nhiêu trường đại học?' --data 'limit=1'

ask 'Several questions at once' /v1/search/batch '{
    "searches": [{"query": "Who teaches?", "limit": 1}, {"query": "Ai dạy học?", "limit": 1}]}'

ask 'What a language model is given to answer from' /v1/context '{
    "query": "What do companies expect of graduates?", "max_tokens": 300}'

call 'The documents, the first of them' "$service/v1/documents?limit=1"

# The first passage of the first document; ids are safe in addresses.
first() { sed -n "s/^{\"$1\":\[{[^[]*\"id\":\"\([^\"]*\)\".*/\1/p"; }
document=$(call 'Its id' "$service/v1/documents?limit=1" | first documents)
passage=$(call 'A passage of it' "$service/v1/documents/$document/passages?limit=1" | first passages)

call 'The passage with the next one' "$service/v1/passages/$passage?context=1"

call 'A reference to it in APA style' "$service/v1/passages/$passage/citation?format=apa"

call 'A reference to its document for BibTeX' "$service/v1/documents/$document/citation?format=bibtex"
