// tsx keeps what it has translated in a folder of the system's for what passes, under a name that everybody can guess, and
// runs what it finds there, whoever made it. Translating anew costs a fraction of a second.
process.env.TSX_DISABLE_CACHE = '1';
await import('tsx');
