package seal_test

// What the root 0, 1, 2, … 31 gives, as the first version wrote it.
const (
	goldenKeyID     = "fa0cde5e"
	goldenAuthority = "c7e5f202e08d9ada85f68e4313213352c4da3a99e6f566929e5c71fac62c5f70"
	goldenHall      = "07409469be66548575ce2b4b31a00de42013eba4c2834fdaa4ba0895097bb520"
	goldenBlind     = "ae401088694cbd848d54915d92f57ad6"
	goldenDesk      = "0101fa0cde5ebc784c219626d4711d8459f54e008e4664721cbf773a1b21ffd2ea54dac8ec1a52eca079345b2b35de908e0f"
	goldenCare      = "0102fa0cde5ef2ff499616018ab178c47b5ce5925c9691502d81b037d46bef8b1a3c28e1cda72337a8d1fa2b93eb7755ad11"
	goldenReceipt   = "c1eb580d689b8d3ea0eb18ada7f4bb31bcf4cc86e59842cb4c2e48ca9bed0b98"
	goldenDigest    = "851f94c08ba9fed8f4242a589d6119afa5f5f9304263ce654822deb1e5ec0f06"
	goldenSheet     = "0400 20G3 0G2G C1RZ\n8145 0P30 D1R7 H04B\n8J2C A1A5 GQ30 CHMD\n6RW3 MF1Y J8HE TR0A\n"
)

// otherPHC is argon2id of "246810" with 8 MiB, one pass and a hash of 16 bytes.
const otherPHC = "$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$mfRZw9a6tQMFnY+wpqFlKw"
