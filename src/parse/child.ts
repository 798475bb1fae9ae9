// The process in which strangers' pages are read: no files, no network, no children, little memory.

import { type PageJob, readPage } from './page.ts';
import { serveJobs } from './serve-jobs.ts';

serveJobs((job) => readPage(job as PageJob));
