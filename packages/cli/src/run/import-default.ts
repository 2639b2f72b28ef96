/**
 * The default export of a module; where that was compiled to CommonJS, as `exports.default`, Node has it one level down.
 * @param attributes for what is no JavaScript
 */
export async function importDefault(url: string, attributes?: { readonly type: string }): Promise<unknown> {
  const module = (await (attributes === undefined ? import(url) : import(url, { with: attributes }))) as { default?: unknown }
  const { __esModule: isCompiled, default: inner } = Object(module.default) as { __esModule?: unknown; default?: unknown }
  return isCompiled === true ? inner : module.default
}
