// /start: what this is and what to do first.

import { FormattedString } from '@grammyjs/parse-mode';
import type { Handler } from '../src/handler.ts';

export const start: Handler = {
  name: 'start',
  work: 'control',
  async run(_request, { t }) {
    const words = FormattedString.join(
      [FormattedString.b(t('start-hello')), t('start-how'), t('start-promise')],
      '\n\n',
    );
    return { words };
  },
};
