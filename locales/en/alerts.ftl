# What the owners are told about trouble.

alert-inbox = I can't write down new messages (is the disk full?), so I take none. Nothing is lost: Telegram keeps them for a day.
alert-inbox-over = I can write down new messages again, and take them.
alert-conflict = Another process takes my messages with the same token, or a webhook is set. I keep trying.
alert-conflict-over = My messages come to me again.
alert-database = I can't reach my database. Nobody gets an answer until I can; nothing is lost meanwhile.
alert-database-over = I reach my database again.
alert-damage = One of my files was damaged. I set it aside and went on with what could be read of it; the log says where it is.
