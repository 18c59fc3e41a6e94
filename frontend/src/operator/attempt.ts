/** Carries something out; what goes wrong is shown. Whether it went well. */
export type Attempt = (work: () => Promise<void>) => Promise<boolean>;
