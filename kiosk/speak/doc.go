// Package speak reads pages and calls aloud.
//
// A text becomes sound in three steps. It is parted into clauses ([Clauses]), each of which is looked for in the
// machine's pack, a folder of recordings by a person of this town ([Pack]); a clause whose words are all recorded is joined of
// them, the longest first. What is not recorded is rendered by the first of the machine's speech programs that works ([Engine]).
// All of it is sound in memory, so volume, pauses and the end of speaking are the same whoever speaks.
//
// Nothing personal is ever spoken: what is said is a page's Spoken text, which the flows write for everybody's ears. What has
// been rendered is forgotten when the next text comes.
package speak
