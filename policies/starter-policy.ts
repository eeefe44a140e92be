/** A policy to begin with, and cases for each of its rules, as YAML. */
export interface Starter {
  readonly policy: string;
  readonly cases: string;
}

/** A ClusterWorkloadPolicy with a rule about every PodSpec and one about the object, a parameter, and cases that pass and bite. `file` is how the cases call it. */
export const starterPolicy = (name: string, file: string): Starter => ({
  policy: policyText(name),
  cases: casesText(file),
});

const policyText = (name: string): string => `\
# A policy to begin with. Change what it wants, and its cases with it: assay test runs them, assay policy lint doubts.
apiVersion: assay.dev/v1alpha1
kind: ClusterWorkloadPolicy
metadata:
  name: ${JSON.stringify(name)}
  annotations:
    assay.dev/title: Workloads have an owner, and no privileged containers
    assay.dev/description: >-
      Every workload says in a label who looks after it, and no container has every device and capability of its node.
    assay.dev/severity: medium
    assay.dev/remediation: add the label, and remove securityContext.privileged
spec:
  # The requests that it speaks of. A rule that reads "pod" is about each PodSpec in them, whatever the kind.
  matchConstraints:
    resourceRules:
    - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods, pods/ephemeralcontainers]}
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments, statefulsets, daemonsets]}
    - {apiGroups: [batch], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [jobs, cronjobs]}
  paramSchema:
    type: object
    properties:
      label: {type: string, default: owner}
  variables:
  - name: containers
    expression: pod.?containers.orValue([]) + pod.?initContainers.orValue([]) + pod.?ephemeralContainers.orValue([])
  validations:
  - name: owned
    expression: object.metadata.?labels[?params.label].orValue('') != ''
    messageExpression: "'the label ' + params.label + ' says who looks after it'"
  - name: privileged
    expression: variables.containers.all(c, !c.?securityContext.?privileged.orValue(false))
    message: no container is privileged
`;

const casesText = (file: string): string => `\
apiVersion: assay.dev/v1alpha1
kind: PolicyCases
policies: [${JSON.stringify(file)}]
cases:
- name: a pod with an owner
  object:
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {owner: shop}}
    spec: {containers: [{name: app, image: registry.example/web}]}
  want: {owned: pass, privileged: pass}
- name: a pod without one
  object:
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec: {containers: [{name: app, image: registry.example/web}]}
  want: {owned: deny}
- name: another label, as a parameter has it
  params: {label: team}
  object:
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {owner: shop}}
    spec: {containers: [{name: app, image: registry.example/web}]}
  want: {owned: deny}
- name: a privileged container of a Deployment
  object:
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, labels: {owner: shop}}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: app, image: registry.example/web, securityContext: {privileged: true}}]}
  want: {owned: pass, privileged: deny}
  at: spec.template.spec.containers[0].securityContext.privileged
- name: a privileged init container
  object:
    apiVersion: v1
    kind: Pod
    metadata: {name: web, labels: {owner: shop}}
    spec:
      initContainers: [{name: first, image: registry.example/web, securityContext: {privileged: true}}]
      containers: [{name: app, image: registry.example/web}]
  want: {privileged: deny}
- name: a kind that it does not speak of
  object:
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings}
  want: {owned: skip, privileged: skip}
`;
