// Updates of every kind of the Bot API, most of them as they should be, some with parts that nobody expects.

import fc from '../properties.ts';

const { constantFrom, dictionary, integer, oneof, option, record, string, tuple } = fc;

/** What an update of the Bot API ("Update") may hold: a message, which is most of what comes, or something else. */
const messageKinds = (
  'message message message message edited_message channel_post edited_channel_post business_message ' +
  'edited_business_message guest_message'
).split(' ');
const otherKinds = (
  'business_connection deleted_business_messages message_reaction message_reaction_count inline_query ' +
  'chosen_inline_result shipping_query pre_checkout_query purchased_paid_media poll poll_answer my_chat_member ' +
  'chat_member chat_join_request chat_boost removed_chat_boost unheard_of'
).split(' ');

const junk = oneof(
  constantFrom<unknown>(null, 0, -1, '', 'x', [], {}, [null], { id: null }, 1e300, true),
  fc.jsonValue({ maxDepth: 2 }),
);

/** What people write: `links` are addresses that lead somewhere. */
const textOf = (links: readonly string[]) =>
  oneof(
    constantFrom(...links, `/get ${links[0]}`, `/get@errand_bot ${links[0]}`, links.join(' ')),
    constantFrom(
      '/help',
      '/start',
      '/jobs',
      '/cancel',
      '/settings ru',
      '/settings en',
      '/buried',
      '/get',
      '/nothing',
      '/',
    ),
    string({ unit: 'binary', maxLength: 300 }),
    constantFrom(
      '\u202e\u0000',
      '\ud800',
      'x'.repeat(4_096),
      'http://'.repeat(500),
      '@'.repeat(1_000),
      '1.'.repeat(2_000),
    ),
  );

const entities = fc.array(
  record(
    {
      type: constantFrom('url', 'text_link', 'bot_command', 'mention', 'text_mention', 'code', 'custom'),
      offset: integer({ min: -5, max: 500 }),
      length: integer({ min: -5, max: 500 }),
      url: constantFrom('http://a.example/', 'tg://user?id=1', 'javascript:1', ''),
    },
    { requiredKeys: ['type', 'offset', 'length', 'url'] },
  ),
  { maxLength: 4 },
);

const media = dictionary(
  constantFrom(
    'photo',
    'document',
    'sticker',
    'location',
    'dice',
    'new_chat_members',
    'pinned_message',
    'web_app_data',
  ),
  junk,
  { maxKeys: 2 },
);

/** A message in one of the chats, by one of the people. */
function messageOf({ people, links }: Cast): fc.Arbitrary<Record<string, unknown>> {
  const user = constantFrom(...people).map((id) => ({
    id,
    is_bot: false,
    first_name: 'P',
    language_code: 'en',
  }));
  const place = oneof(
    constantFrom(...people).map((id) => ({ id, type: 'private', first_name: 'P' })),
    integer({ min: -2_000_000_000, max: -1 }).chain((id) =>
      constantFrom(
        { id, type: 'supergroup', title: 'Nowhere' },
        { id, type: 'channel' },
        { id, type: 'group' },
      ),
    ),
  );
  const text = textOf(links);
  const whole = record(
    {
      message_id: integer({ min: 1, max: 60 }),
      date: constantFrom(1, Math.floor(Date.now() / 1_000)),
      chat: place,
      from: user,
      text,
      caption: text,
      entities,
      caption_entities: entities,
      message_thread_id: integer({ min: 1, max: 9 }),
      reply_to_message: record({
        message_id: integer({ min: 1, max: 60 }),
        date: constantFrom(0),
        chat: place,
        text,
      }),
      media_group_id: constantFrom('album'),
    },
    { requiredKeys: ['message_id', 'date', 'chat', 'from', 'text'] },
  );
  return tuple(whole, media).map(([message, more]) => ({ ...message, ...more }));
}

/** Who is there to ask, and for what. */
export interface Cast {
  readonly people: readonly number[];
  readonly links: readonly string[];
}

/** One update, without its id. */
export function anyUpdate(cast: Cast): fc.Arbitrary<Record<string, unknown>> {
  const message = messageOf(cast);
  const button = oneof(
    constantFrom(
      'again:1',
      'again:',
      'cancel:1',
      'cancel:',
      'get:x',
      'settings:ru',
      'settings:',
      'help:',
      ':',
      '',
      '::::',
    ),
    string({ unit: 'binary', maxLength: 64 }),
  );
  const query = record(
    {
      id: fc.uuid(),
      from: constantFrom(...cast.people).map((id) => ({ id, is_bot: false, first_name: 'P' })),
      chat_instance: constantFrom('1'),
      data: button,
      message,
      game_short_name: constantFrom('game'),
    },
    { requiredKeys: ['id', 'from', 'chat_instance'] },
  );
  const usual = oneof(
    {
      weight: 6,
      arbitrary: tuple(constantFrom(...messageKinds), message).map(([kind, said]) => ({
        [kind]: said,
      })),
    },
    { weight: 3, arbitrary: query.map((press) => ({ callback_query: press })) },
    {
      weight: 2,
      arbitrary: tuple(constantFrom(...otherKinds), oneof(message, junk)).map(([kind, what]) => ({
        [kind]: what,
      })),
    },
  );
  return tuple(usual, option(tuple(fc.nat(), junk), { freq: 3 })).map(([update, flaw]) =>
    flaw ? spoil(update, ...flaw) : update,
  );
}

/** Puts `what` in the place of one part of the update, but never of those by which it can be answered. */
function spoil(update: Record<string, unknown>, which: number, what: unknown): Record<string, unknown> {
  const [kind = '', content] = Object.entries(update)[0] ?? [];
  if (typeof content !== 'object' || content === null) return update;
  const names = Object.keys(content).filter((name) => name !== 'id' && name !== 'chat');
  const name = names[which % names.length];
  return name === undefined ? update : { [kind]: { ...content, [name]: what } };
}
