// Command oracle-go answers questions about expressions as the API server's own packages do: whether they compile, what
// they are estimated to cost, what they come to and what that costs.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/checker"
	"github.com/google/cel-go/ext"
	"k8s.io/apimachinery/pkg/util/version"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
	"k8s.io/apiserver/pkg/cel/mutation"
)

// A question, a JSON document a line. Whole numbers of the bindings are ints.
type question struct {
	Expression string         `json:"expression"`
	Minor      uint           `json:"minor"`
	Mutation   bool           `json:"mutation"`
	Bindings   map[string]any `json:"bindings"`
	// The language with its extensions, instead of the API server's.
	Core      bool   `json:"core"`
	Container string `json:"container"`
}

type answer struct {
	Compile  string     `json:"compile,omitempty"`
	Program  string     `json:"program,omitempty"`
	Type     string     `json:"type,omitempty"`
	Estimate *[2]string `json:"estimate,omitempty"`
	Value    any        `json:"value,omitempty"`
	Error    string     `json:"error,omitempty"`
	Cost     *uint64    `json:"cost,omitempty"`
}

var bindings = map[string]any{}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			var q question
			d := json.NewDecoder(bytesReader(line))
			d.UseNumber()
			if err := d.Decode(&q); err != nil {
				panic(err)
			}
			if q.Bindings != nil {
				bindings = convert(q.Bindings).(map[string]any)
			}
			text, err := json.Marshal(ask(q))
			if err != nil {
				panic(err)
			}
			fmt.Fprintln(out, string(text))
		}
		if err != nil {
			return
		}
	}
}

func ask(q question) (a answer) {
	defer func() {
		if r := recover(); r != nil {
			a = answer{Program: fmt.Sprint("panic: ", r)}
		}
	}()
	env := environmentOf(q)
	if q.Core {
		env = coreOf(q)
	}
	ast, issues := env.Compile(q.Expression)
	if issues != nil && issues.Err() != nil {
		return answer{Compile: issues.Err().Error()}
	}
	a.Type = ast.OutputType().String()
	if estimate, err := env.EstimateCost(ast, &library.CostEstimator{SizeEstimator: unsized{}}); err == nil {
		a.Estimate = &[2]string{strconv.FormatUint(estimate.Min, 10), strconv.FormatUint(estimate.Max, 10)}
	}
	p, err := env.Program(ast, cel.CostTracking(&library.CostEstimator{}))
	if err != nil {
		a.Program = err.Error()
		return a
	}
	v, details, err := p.Eval(bindings)
	if details != nil {
		a.Cost = details.ActualCost()
	}
	if err != nil {
		a.Error = err.Error()
		return a
	}
	a.Value = typed(v)
	return a
}

// Sizes of what comes from outside are not known.
type unsized struct{}

func (unsized) EstimateSize(checker.AstNode) *checker.SizeEstimate { return nil }
func (unsized) EstimateCallCost(string, string, *checker.AstNode, []checker.AstNode) *checker.CallEstimate {
	return nil
}

type key struct {
	minor    uint
	mutation bool
	names    string
}

var environments = map[key]*cel.Env{}

func environmentOf(q question) *cel.Env {
	k := key{q.Minor, q.Mutation, fmt.Sprint(len(bindings))}
	if env, ok := environments[k]; ok {
		return env
	}
	var options []cel.EnvOption
	for name := range bindings {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	if q.Mutation {
		options = append(options, common.ResolverEnvOption(&mutation.DynamicTypeResolver{}), library.JSONPatch())
	}
	set, err := environment.MustBaseEnvSet(version.MajorMinor(1, q.Minor)).Extend(environment.VersionedOptions{
		IntroducedVersion: version.MajorMinor(1, 0), EnvOptions: options,
	})
	if err != nil {
		panic(err)
	}
	env, err := set.Env(environment.NewExpressions)
	if err != nil {
		panic(err)
	}
	environments[k] = env
	return env
}

// cel-spec's standard environment with every extension that cel-go has.
func coreOf(q question) *cel.Env {
	options := []cel.EnvOption{
		cel.OptionalTypes(), cel.CrossTypeNumericComparisons(true), cel.DefaultUTCTimeZone(true), cel.Container(q.Container),
		cel.EnableIdentifierEscapeSyntax(),
		ext.Bindings(), ext.Encoders(), ext.Lists(), ext.Math(), ext.Sets(), ext.Strings(), ext.TwoVarComprehensions(),
	}
	for name := range bindings {
		options = append(options, cel.Variable(name, cel.DynType))
	}
	env, err := cel.NewEnv(options...)
	if err != nil {
		panic(err)
	}
	return env
}

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

func doubleText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
