import type { KnownResource } from './resource.ts';

/** The group and kind of custom resources that shipped policies speak of and no guess gets right: the plural, or that they lie in no namespace. */
const named: ReadonlyMap<string, KnownResource> = new Map([
  ['networking.istio.io Gateway', { plural: 'gateways', namespaced: true }],
  ['gateway.networking.k8s.io Gateway', { plural: 'gateways', namespaced: true }],
  ['gateway.networking.k8s.io GatewayClass', { plural: 'gatewayclasses', namespaced: false }],
  ['cilium.io CiliumClusterwideNetworkPolicy', { plural: 'ciliumclusterwidenetworkpolicies', namespaced: false }],
  ['crd.projectcalico.org FelixConfiguration', { plural: 'felixconfigurations', namespaced: false }],
  ['projectcalico.org FelixConfiguration', { plural: 'felixconfigurations', namespaced: false }],
  ['crd.projectcalico.org GlobalNetworkPolicy', { plural: 'globalnetworkpolicies', namespaced: false }],
  ['projectcalico.org GlobalNetworkPolicy', { plural: 'globalnetworkpolicies', namespaced: false }],
  ['policy.networking.k8s.io AdminNetworkPolicy', { plural: 'adminnetworkpolicies', namespaced: false }],
  [
    'policy.networking.k8s.io BaselineAdminNetworkPolicy',
    { plural: 'baselineadminnetworkpolicies', namespaced: false },
  ],
  ['policy.networking.k8s.io ClusterNetworkPolicy', { plural: 'clusternetworkpolicies', namespaced: false }],
]);

/** How a well-known custom resource is addressed, in every version of its group; undefined for any other. */
export const customResource = (apiVersion: string, kind: string): KnownResource | undefined =>
  named.get(`${apiVersion.slice(0, Math.max(apiVersion.indexOf('/'), 0))} ${kind}`);
