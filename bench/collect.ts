export const collect = async () => true;
