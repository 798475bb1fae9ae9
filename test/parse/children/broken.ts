// A child whose code can't be started.

throw new Error('This child never gets ready');
