export * from "./events";
export * from "./limits";
export * from "./seats";
