/** The door of `policy`. */
export {};
