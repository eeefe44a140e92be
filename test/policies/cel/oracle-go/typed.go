package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"k8s.io/apiserver/pkg/cel/mutation/dynamic"
)

type entry = map[string]any

// The value as typed JSON, in the spelling of `assay eval --batch`.
func typed(v ref.Val) any {
	switch t := v.(type) {
	case types.Null:
		return entry{"null": nil}
	case types.Bool:
		return entry{"bool": bool(t)}
	case types.String:
		return entry{"string": string(t)}
	case types.Int:
		return entry{"int": strconv.FormatInt(int64(t), 10)}
	case types.Uint:
		return entry{"uint": strconv.FormatUint(uint64(t), 10)}
	case types.Double:
		return entry{"double": doubleText(float64(t))}
	case types.Bytes:
		return entry{"bytes": base64.StdEncoding.EncodeToString(t)}
	case types.Timestamp:
		return entry{"timestamp": t.UTC().Format(time.RFC3339Nano)}
	case types.Duration:
		return entry{"duration": t.Duration.String()}
	case *types.Optional:
		if !t.HasValue() {
			return entry{"optional": nil}
		}
		return entry{"optional": typed(t.GetValue())}
	case *types.Type:
		return entry{"type": t.TypeName()}
	case *dynamic.ObjectVal:
		return entry{"object": fmt.Sprint(t.Value())}
	case traits.Mapper:
		entries := []any{}
		for i := t.Iterator(); i.HasNext() == types.True; {
			k := i.Next()
			entries = append(entries, []any{typed(k), typed(t.Get(k))})
		}
		return entry{"map": entries}
	case traits.Lister:
		list := []any{}
		for i := t.Iterator(); i.HasNext() == types.True; {
			list = append(list, typed(i.Next()))
		}
		return entry{"list": list}
	}
	return entry{"other": fmt.Sprintf("%s %v", v.Type().TypeName(), v.Value())}
}

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }
