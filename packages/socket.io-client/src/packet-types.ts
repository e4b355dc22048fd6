// The values of `PacketType` of the parser. As constants they leave no trace in a bundle but their numbers.
export const CONNECT = 0;
export const DISCONNECT = 1;
export const EVENT = 2;
export const ACK = 3;
export const BINARY_EVENT = 5;
export const BINARY_ACK = 6;
