/** Marks the images that the loop has built, and thereby those that it may remove. Its value is the image's name. */
export const LABEL = "slipway.dev/image";
