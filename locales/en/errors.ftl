# What went wrong while fetching something, and what the person can do next.

## The link itself

error-not-a-link = That doesn't look like a link. Send an address like https://example.com.
error-link-too-long = That link is longer than { $limit } characters. Send a shorter one.
error-scheme = I can only open links that start with http:// or https://, not { $scheme }.
error-userinfo = That link has a name or password before the “@”. Send it without them.
error-port = I don't open web pages at port { $port }. Try the link without “:{ $port }”.

## Getting there

error-private = I can't open { $host }: I only visit public web sites. Send a link that anyone can open.
error-unknown-host = There is no site called { $host }. Check the spelling and send it again.
error-dns = I couldn't look up { $host } just now. Try again in a minute.
error-refused = { $host } isn't taking visitors right now. Try again later.
error-unreachable = I couldn't get through to { $host }. Try again in a few minutes.
error-no-answer = { $host } stopped answering. Try again later.
error-tls =
    { $reason ->
        [expired] I didn't open { $host }: its security certificate has expired. Let its owner know, or try later.
        [not-yet-valid] I didn't open { $host }: its security certificate isn't valid yet. Try again later.
        [self-signed] I didn't open { $host }: it vouches for itself, so anyone could pretend to be it. Open it yourself only if you trust it.
        [wrong-name] I didn't open { $host }: its security certificate belongs to another site. Check the address.
        [unknown-issuer] I didn't open { $host }: I don't know who vouches for it. Open it yourself only if you trust it.
        [revoked] I didn't open { $host }: its security certificate was withdrawn. Better stay away for now.
        [weak] I didn't open { $host }: its security is too old to trust. Let its owner know.
       *[handshake] I couldn't make a secure connection to { $host }. Check the address, or try later.
    }
error-broken = { $host } broke off in the middle of its answer. Try again.
error-too-slow = { $host } sends so slowly that I gave up. Try again later.

## The answer

error-redirects = { $host } keeps sending me from one address to the next. Open it in your browser and send the address you end up at.
error-headers = { $host } answers in a way I can't read. Try another link.
error-status =
    { $status ->
        [401] { $host } wants a login, so I can't get in. Send a link that works without one.
        [403] { $host } won't let me in. Try opening the link in your browser.
        [404] There is nothing at that address on { $host } (404). Check the link.
        [410] That was removed from { $host } (410). Look for a newer link.
        [429] { $host } asks me to slow down. Try again in a few minutes.
       *[other] { $host } answered with error { $status }. Try again later.
    }
error-too-large =
    { $size ->
        [0] This is larger than { $limit } MB, the most I can take here. Try a smaller one.
       *[other] This is { $size } MB, and the most I can take here is { $limit } MB. Try a smaller one.
    }
error-cut-short = { $host } broke off several times before the file was complete. Try again later.
error-empty = { $host } sent an empty file. Check the link.
error-unpack = { $host } sent something I can't safely unpack. Try another link.

## Our side

error-disk-full = I have no room for that file right now. Try again in a few minutes.
