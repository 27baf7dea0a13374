package pinyin

// Unpack is what Open does at its first call.
var Unpack = unpack
