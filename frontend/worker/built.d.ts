/** Written in by the build: the page's files, as paths beside the worker; `""` is the document. */
declare const FILES: readonly string[];
/** Changes with any byte of them. */
declare const VERSION: string;
