/** For piscina and tinypool. */
export default (x: number): number => x
