export type { Access, Authentication } from './authentication.ts';
export type { Fault, Faults, FaultScope } from './faults.ts';
export { type ImageSource, type PublishedImage, pushImage } from './image.ts';
export { httpPublisher, type Publisher } from './publisher.ts';
export { type Registry, type RegistryOptions, type RequestLogEntry, startRegistry } from './registry.ts';
export { sha256 } from './store.ts';
