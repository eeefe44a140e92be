export { deployment, pod, shopConfiguration, shopPolicies } from './documents.ts';
export { publishShop, type Shop, type ShopImage } from './images.ts';
