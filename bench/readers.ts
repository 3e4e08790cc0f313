export const readers = async () => true;
