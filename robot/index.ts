/** The door of `robot`. */
export {};
