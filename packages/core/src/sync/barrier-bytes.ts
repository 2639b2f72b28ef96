/** The room of a `Barrier` that watches nobody, for who sets it aside without ever making one. */
export const barrierBytes = 64
