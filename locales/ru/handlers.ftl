# Что говорит каждая возможность. Тексты на "-about" идут в справку и меню команд.

start-about = что умеет этот бот
start-hello = Здравствуйте! Я приношу вещи из интернета.
start-how = Пришлите ссылку или сразу несколько в одном сообщении, и я расскажу, что по ним находится. Команда /get принесёт сам файл.
start-promise = Ответ придёт вовремя всегда, даже если другая сторона медлит. Всё, что я умею, покажет /help.

help-about = всё, что я умею
help-title = Что я умею
help-groups = В группе упомяните меня, ответьте на моё сообщение или дайте команду.

hint-about = подсказывает, что сработало бы
hint-no-link = Не вижу здесь ссылки. Пришлите адрес, например https://example.com, или /help, чтобы узнать, что ещё я умею.
hint-did-you-mean = Такой команды я не знаю. Может быть, /{ $command }?
hint-unknown-command = Такой команды я не знаю. Известные мне покажет /help.

cards-about = Пришлите ссылки, до двадцати в одном сообщении: я покажу, что по каждой из них находится.
cards-progress =
    { $count ->
        [1] Смотрю вашу ссылку…
       *[other] Смотрю ваши ссылки… готово { $done } из { $count }
    }
cards-left-out =
    { $count ->
        [one] Я посмотрел первые { $taken } из { $count } ссылки. Остальные пришлите другим сообщением.
       *[other] Я посмотрел первые { $taken } из { $count } ссылок. Остальные пришлите другим сообщением.
    }
card-page = страница
card-status =
    { $status ->
        [404] не найдено (404)
        [403] нет доступа (403)
        [401] нужен вход (401)
       *[other] код { NUMBER($status, useGrouping: "false") }
    }
card-certificate = защищено до { $until }
card-unencrypted = без шифрования
card-redirects =
    { $count ->
        [one] { $count } перенаправление: { $path }
        [few] { $count } перенаправления: { $path }
       *[many] { $count } перенаправлений: { $path }
    }
card-get = Получить файл
card-get-numbered = Файл { $number }

get-about = приносит файл по ссылке
get-ask = /get нужна ссылка. Какой адрес открыть?
get-asking = Запрашиваю файл…
get-progress = { $bar } { $percent } %
    { $have } из { $want } · { $speed } · осталось { $left }
get-progress-open = Пока { $have } · { $speed }
get-speed = { $size }/с
get-only-first =
    { $count ->
        [one] Это первая из { $count } ссылки; я приношу по одному файлу.
       *[other] Это первая из { $count } ссылок; я приношу по одному файлу.
    }

jobs-about = над чем я для вас работаю
jobs-none = Для вас сейчас ничего не выполняется и не ждёт.
jobs-title =
    { $count ->
        [one] Ваш { $count } запрос:
        [few] Ваши { $count } запроса:
       *[many] Ваши { $count } запросов:
    }
jobs-line = { $number }. { $subject } – { $state ->
        [waiting] ждёт, перед ним { $ahead }
        [sending] отправляется
       *[running] выполняется
    }, осталось { $seconds } с
jobs-subject-many = { $host } и ещё { $more }
jobs-cancel = Отменить { $number }
jobs-cancel-all = Отменить все

cancel-about = останавливает то, что я для вас делаю
cancel-done =
    { $count ->
        [0] Отменять нечего.
        [1] Отменено.
        [one] Отменён { $count } запрос.
        [few] Отменено { $count } запроса.
       *[many] Отменено { $count } запросов.
    }

settings-about = язык, на котором мы говорим
settings-title = Настройки
settings-language = Я говорю с вами на языке:
settings-automatic = Язык вашего Telegram
settings-chosen = ✓ { $label }
settings-saved = Сохранено.
error-language = Этого языка я не знаю. Известные мне: { $known }.

size-b = { $value } Б
size-kb = { $value } КБ
size-mb = { $value } МБ
size-gb = { $value } ГБ
span-milliseconds = { $ms } мс
span-seconds = { $seconds } с
span-minutes = { $minutes } мин { $seconds } с

buried-about = запросы, от которых я отказался
buried-title =
    { $count ->
        [one] После трёх неудачных попыток я отказался от { $count } запроса:
       *[other] После трёх неудачных попыток я отказался от { $count } запросов, новые сверху:
    }
buried-line = { $id } – спрошено { $at }: { $reason }
buried-none = В последнее время я ни от чего не отказывался.
buried-retry = Повторить { $id }
buried-retried = Пробую { $id } снова. Ответ получит тот, кто спрашивал.
buried-unknown = Среди запросов, от которых я отказался, нет { $id }.
