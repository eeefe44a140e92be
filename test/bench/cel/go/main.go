package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
)

// Reads expressions, a JSON string a line, evaluates each in the API server's environment on the object in the file of the
// first argument, and prints cost and value; with a second argument it also times one evaluation of them all.
func main() {
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	var object map[string]any
	d := json.NewDecoder(bytesReader(text))
	d.UseNumber()
	if err := d.Decode(&object); err != nil {
		panic(err)
	}
	plain := convert(object)
	set := environment.MustBaseEnvSet(version.MajorMinor(1, 36))
	set, err = set.Extend(environment.VersionedOptions{IntroducedVersion: version.MajorMinor(1, 0), EnvOptions: []cel.EnvOption{cel.Variable("object", cel.DynType)}})
	if err != nil {
		panic(err)
	}
	env, err := set.Env(environment.NewExpressions)
	if err != nil {
		panic(err)
	}
	var programs []cel.Program
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	for in.Scan() {
		var e string
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			panic(err)
		}
		ast, issues := env.Compile(e)
		if issues != nil && issues.Err() != nil {
			out(map[string]any{"expression": e, "compile": issues.Err().Error()})
			continue
		}
		p, err := env.Program(ast, cel.CostTracking(&library.CostEstimator{}))
		if err != nil {
			out(map[string]any{"expression": e, "program": err.Error()})
			continue
		}
		programs = append(programs, p)
		v, details, err := p.Eval(map[string]any{"object": plain})
		r := map[string]any{"expression": e}
		if err != nil {
			r["error"] = err.Error()
		} else {
			r["value"] = fmt.Sprint(v.Value())
		}
		if details != nil && details.ActualCost() != nil {
			r["cost"] = *details.ActualCost()
		}
		out(r)
	}
	if len(os.Args) > 2 {
		best := time.Hour
		for i := 0; i < 30; i++ {
			s := time.Now()
			for _, p := range programs {
				p.Eval(map[string]any{"object": plain})
			}
			if e := time.Since(s); e < best {
				best = e
			}
		}
		out(map[string]any{"microseconds": float64(best.Nanoseconds()) / 1000, "expressions": len(programs)})
	}
}

func out(v any) {
	b, _ := json.Marshal(v)
	fmt.Println(string(b))
}

func bytesReader(b []byte) io.Reader { return bytes.NewReader(b) }

// As the API server decodes: whole numbers are int64.
func convert(v any) any {
	switch t := v.(type) {
	case map[string]any:
		for k, e := range t {
			t[k] = convert(e)
		}
	case []any:
		for i, e := range t {
			t[i] = convert(e)
		}
	case json.Number:
		if i, err := t.Int64(); err == nil {
			return i
		}
		f, _ := t.Float64()
		return f
	}
	return v
}
