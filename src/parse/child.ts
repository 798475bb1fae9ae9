// The process in which strangers' pages and files are read: no files, no network, no children, little memory.

import { detectKind, type KindJob } from './kind.ts';
import { type PageJob, readPage } from './page.ts';
import { serveJobs } from './serve-jobs.ts';

serveJobs((job) => {
  const known = job as PageJob | KindJob;
  return 'head' in known ? detectKind(known) : readPage(known);
});
