// Who is in the playground: people to write as, and the crowd that comes to the rush hour.

import type { Chat, Emulator, Person } from '../emulator/contract.ts';
import type { PersonView } from '../emulator/events.ts';
import { Admins } from '../bot/admins.ts';
import type { VisitorView } from '../web/backstage.ts';
import { crowdNames, newcomerNames } from './names.ts';

/** A page shows everybody; more than so many are no use on it. */
const maxPeople = 200;
/** Far from the ids of people who are added one by one. */
const firstCrowdId = 9_001;

/** The people of a playground and what they are in it. */
export class People {
  readonly #emulator: Emulator;
  readonly #group: Chat;
  readonly #admins: Admins;
  readonly #crowdIds = new Set<number>();
  #crowd: Person[] = [];
  #newcomers = 0;

  /** `group` is where everybody meets who is added; `adminIds` are those of the settings. */
  constructor(emulator: Emulator, group: Chat, adminIds: readonly number[]) {
    this.#emulator = emulator;
    this.#group = group;
    this.#admins = new Admins(adminIds);
  }

  /** Somebody new, in the group too. Throws when there are too many already. */
  add(name: string = this.#nextName()): Person {
    if (this.#emulator.people().length >= maxPeople) {
      throw new RangeError(`Cannot add anybody: there are ${maxPeople} people already`);
    }
    const person = this.#emulator.person({ first_name: name });
    this.#group.join(person);
    return person;
  }

  /** The fifty of the rush hour, made when they are first asked for. They keep out of the group. */
  crowd(): readonly Person[] {
    if (this.#crowd.length === 0) {
      this.#crowd = crowdNames.map(([first_name, language_code], i) => {
        const id = firstCrowdId + i;
        // The page hears of a person at once, and has to hear what they are.
        this.#crowdIds.add(id);
        return this.#emulator.person({ id, first_name, language_code });
      });
    }
    return this.#crowd;
  }

  isCrowd(id: number): boolean {
    return this.#crowdIds.has(id);
  }

  setAdmin(id: number, isAdmin: boolean): void {
    this.#admins.set(id, isAdmin);
  }

  view(person: PersonView): VisitorView {
    const { id } = person.user;
    return { ...person, isAdmin: this.#admins.has(id), isCrowd: this.isCrowd(id) };
  }

  viewOf(id: number): VisitorView | undefined {
    const person = this.#emulator.people().find((one) => one.id === id);
    return person && this.view({ user: person.user, chatId: person.chat.id, blocked: person.blocked });
  }

  #nextName(): string {
    const round = Math.floor(this.#newcomers / newcomerNames.length);
    const name = newcomerNames[this.#newcomers % newcomerNames.length] ?? '';
    this.#newcomers += 1;
    return round === 0 ? name : `${name} ${round + 1}`;
  }
}
