export type { Journal, JournalIdentity } from './journal.js';
export type { JournalChange, JournalContent } from './journal-content.js';
export { openJournal } from './open-journal.js';
