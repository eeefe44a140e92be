import type { FieldPath } from './document.ts';
import { compileParameterSchema, type Fault, faultText } from './parameter-schema.ts';
import type { ParameterSource } from './parameters.ts';
import { present } from './present.ts';
import type { Report } from './problem.ts';
import { resourceFor } from './kubernetes/openapi.ts';
import type { ParamKindSpec, ParamRefSpec } from './schema/parameters.ts';
import { compileSelector } from './selector.ts';
import { isObject, type KubernetesObject } from './version.ts';

/** `paramRef` of a binding or a policy; both or neither of the two fields make a source. */
export function compileParameters(
  paramKind: ParamKindSpec | undefined,
  paramRef: ParamRefSpec | undefined,
  report: Report,
): ParameterSource | undefined {
  if (paramKind === undefined || paramRef === undefined) return undefined;
  const path: FieldPath = ['spec', 'paramRef'];
  const { name, selector, namespace, parameterNotFoundAction } = paramRef;
  if ((name === undefined) === (selector === undefined)) {
    report('FIELD_MISSING', path, 'exactly one of "name" and "selector" is written');
    return undefined;
  }
  const scope = scopeOf(paramKind);
  if (scope === 'Cluster' && namespace !== undefined)
    report('FIELD_WRONG', [...path, 'namespace'], `a ${paramKind.kind} lies in no namespace`);
  return present({
    ...paramKind,
    name,
    namespace,
    selects: selector && compileSelector(selector, [...path, 'selector'], report),
    scope,
    notFound: parameterNotFoundAction ?? 'Allow',
  });
}

/** The scope of a built-in kind; of others only their objects tell. */
function scopeOf({ apiVersion, kind }: ParamKindSpec): ParameterSource['scope'] {
  const resource = resourceFor(apiVersion, kind);
  if (resource === undefined) return undefined;
  return resource.namespaced ? 'Namespaced' : 'Cluster';
}

/** What our own kinds say besides: a schema, whose defaults stand in where there is no object. */
export function withSchema(
  source: ParameterSource | undefined,
  paramSchema: unknown,
  report: Report,
): { readonly source?: ParameterSource; readonly constant?: KubernetesObject } {
  if (paramSchema === undefined) return source === undefined ? {} : { source };
  const path: FieldPath = ['spec', 'paramSchema'];
  const schema = compileParameterSchema(paramSchema, path, report);
  const complete = (object: KubernetesObject): KubernetesObject => {
    const completed = schema.complete(object);
    return isObject(completed) ? completed : object;
  };
  const defaults = complete({});
  if (source === undefined) {
    const fault = schema.fault(defaults);
    if (fault !== undefined) tellDefault(fault, defaults, path, report);
    return { constant: defaults };
  }
  const fallback = schema.fault(defaults) === undefined ? { fallback: defaults } : {};
  // The schema speaks of the whole object; what every object has needs no saying.
  const fault = (object: KubernetesObject): string | undefined => {
    const { apiVersion: _, kind: __, metadata: ___, ...rest } = object;
    const found = schema.fault(rest);
    return found && faultText(found);
  };
  return { source: { ...source, fault, complete, ...fallback } };
}

/** A default that is no value of its schema is told where it stands: whoever uses a pack may have put it there. */
function tellDefault(fault: Fault, defaults: KubernetesObject, path: FieldPath, report: Report): void {
  const [name, ...within] = fault.at;
  if (name !== undefined && Object.hasOwn(defaults, name))
    report('FIELD_WRONG', [...path, 'properties', name, 'default', ...within], fault.detail);
  else report('FIELD_MISSING', path, `without "paramRef" the defaults are the parameters: ${faultText(fault)}`);
}
