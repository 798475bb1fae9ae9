# What is said while a request is worked on, and when it could not be answered.

button-cancel = Cancel
button-again = Try again

progress-working = Working on it…
progress-sending = Sending the file to you…
progress-waiting =
    { $ahead ->
        [0] You are next…
       *[other] Waiting for a free place: { $ahead } ahead of you
    }
progress-restarted = I was restarted; still on it…
cancelled = Cancelled.

error-deadline =
    { $seconds ->
        [one] No answer within { $seconds } second, so I stopped waiting. The other side may be slow or down just now.
       *[other] No answer within { $seconds } seconds, so I stopped waiting. The other side may be slow or down just now.
    }
error-deadline-waiting =
    { $seconds ->
        [one] Too many requests were ahead of yours, and its turn did not come within { $seconds } second. Try again in a moment.
       *[other] Too many requests were ahead of yours, and its turn did not come within { $seconds } seconds. Try again in a moment.
    }
error-busy-person =
    { $waiting ->
        [one] You have { $waiting } request waiting already. Send this one again when it is done.
       *[other] You have { $waiting } requests waiting already. Send this one again when some of them are done.
    }
error-busy-total = Too many people are asking at once, and I could not take this one in. Try again in a minute.
error-busy-many =
    { $count ->
        [one] I could not take in { $count } message of yours: too many were waiting already. Send it again when some are done.
       *[other] I could not take in { $count } messages of yours: too many were waiting already. Send them again when some are done.
    }
error-unexpected = Something went wrong on my side. If it happens again, tell my admin this number: { $id }
error-buried = I tried several times and failed each time. If you need it, tell my admin this number: { $id }
error-deadline-restarted = I was restarted, and the time for this ran out meanwhile.
away = I was away when you wrote this, more than an hour ago, so I left it. If you still need it, send it again.
error-forgotten = That was too long ago: I no longer know what it was. Please send it again.
error-unreadable = I could not make sense of that page.
