# What each ability says. Help and the command menu use the texts that end in "-about".

start-about = what this bot does
start-hello = Hello! I fetch things from the internet.
start-how = Send me a link, or several in one message, and I tell you what is behind each. With /get I bring you the file itself.
start-promise = You always get an answer in time, even when the other side is slow. /help shows everything I can do.

help-about = everything I can do
help-title = What I can do
help-groups = In a group, mention me, reply to me or use a command.

hint-about = says what would have worked
hint-no-link = I see no link here. Send me an address like https://example.com, or /help for what else I can do.
hint-did-you-mean = I don't know that command. Did you mean /{ $command }?
hint-unknown-command = I don't know that command. /help shows those I know.

cards-about = Send me links, up to twenty in one message: I show what is behind each.
cards-progress =
    { $count ->
        [one] Looking at your link…
       *[other] Looking at your links… { $done } of { $count } done
    }
cards-left-out = I looked at the first { $taken } of { $count } links. Send the others in another message.
card-page = page
card-status =
    { $status ->
        [404] not found (404)
        [403] no access (403)
        [401] needs a login (401)
       *[other] status { NUMBER($status, useGrouping: "false") }
    }
card-certificate = secure until { $until }
card-unencrypted = not encrypted
card-redirects =
    { $count ->
        [one] 1 redirect: { $path }
       *[other] { $count } redirects: { $path }
    }
card-get = Get file
card-get-numbered = Get { $number }

get-about = brings the file behind a link
get-ask = /get needs a link. Which address shall I fetch?
get-asking = Asking for the file…
get-progress = { $bar } { $percent } %
    { $have } of { $want } · { $speed } · { $left } left
get-progress-open = { $have } so far · { $speed }
get-speed = { $size }/s
get-only-first = This is the first of your { $count } links; I fetch one file at a time.

jobs-about = what I am working on for you
jobs-none = Nothing is running or waiting for you.
jobs-title =
    { $count ->
        [one] One request of yours:
       *[other] { $count } requests of yours:
    }
jobs-line = { $number }. { $subject } – { $state ->
        [waiting] waiting, { $ahead } ahead of it
        [sending] being sent
       *[running] running
    }, { $seconds } s left
jobs-subject-many = { $host } and { $more } more
jobs-cancel = Cancel { $number }
jobs-cancel-all = Cancel all

cancel-about = stops what I am doing for you
cancel-done =
    { $count ->
        [0] There is nothing of yours to cancel.
        [one] Cancelled.
       *[other] Cancelled { $count } requests.
    }

settings-about = the language I speak with you
settings-title = Settings
settings-language = I speak with you in:
settings-automatic = Your Telegram's language
settings-chosen = ✓ { $label }
settings-saved = Saved.
error-language = I don't speak that language. I know: { $known }.

size-b = { $value } B
size-kb = { $value } KB
size-mb = { $value } MB
size-gb = { $value } GB
span-milliseconds = { $ms } ms
span-seconds = { $seconds } s
span-minutes = { $minutes } min { $seconds } s

buried-about = requests that were given up
buried-title =
    { $count ->
        [one] I gave up { $count } request after three failed tries:
       *[other] I gave up { $count } requests after three failed tries each, the newest first:
    }
buried-line = { $id } – asked { $at }: { $reason }
buried-none = I have given up no request lately.
buried-retry = Retry { $id }
buried-retried = I am trying { $id } again. Whoever asked gets the answer.
buried-unknown = There is no { $id } among the requests that I gave up.
