export const observe = async () => true;
