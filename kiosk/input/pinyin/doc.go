// Package pinyin turns typed pinyin into Chinese: the engine behind the on-screen keyboards of the kiosk and the pinyin bar
// of the desk. It draws nothing. What it is told of a person, it forgets with the next call that does not tell it again.
//
// # How it works
//
// The keys "shuiguanloule" are read in four steps.
//
// First, the keys become arcs. A [Layout] and a set of [Fuzzy] sounds make a table that says which syllables a piece of the
// keys can stand for, and at what cost: a whole syllable is free, a sound that the person does not tell apart costs a little,
// a syllable that is not finished yet more, a first letter alone most. An apostrophe (on nine keys the 1) is a wall that
// no arc crosses. Walking forwards and backwards over the arcs gives the cheapest way through all keys; arcs that only dear
// ways use are dropped, so "nihao" is never read as the first letters of five syllables, and "nh" is.
//
// Second, the arcs become words. The dictionary is a tree of syllables: a walk from the root over arcs that follow one another
// visits each word that begins at a key. [Options.Names] and [Options.Used] are made into a second, small tree.
//
// Third, the words become sentences. A sentence is worth the product of how often its words are met, less the cost of the
// arcs; the best few of each place in the keys are kept (Viterbi's algorithm), and those of the last place are the answer. What
// has the form of a person's name, a surname and one or two characters that given names are made of, is weighed as one word.
//
// Fourth, the answers are put into an order that a person can find their way in: whatever takes all keys, then words that
// take fewer, the longest first, then the characters of the first syllable. A person who picks one of these is left with the
// keys after it, so every text can be written in pieces.
//
// # Bounds
//
// No more than 60 keys are read, and the walk through the trees has a bound of its own, so that no input takes
// long. The answer depends on the arguments alone. All methods may be called from any goroutine.
package pinyin
