package store

import (
	"encoding/hex"
	"strconv"
)

// text shows an unsealed value of the database.
func text(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'g', -1, 64)
	case []byte:
		return hex.EncodeToString(x)
	}
	return ""
}

// null answers nil for an empty string: absent and empty are the same to a hall.
func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
