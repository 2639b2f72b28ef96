export const suffix = ' elements;'
