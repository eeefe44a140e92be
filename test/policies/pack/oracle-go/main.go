// Command oracle-go answers what the pod-security admission plugin of Kubernetes makes of pods: one pod a line, one line of
// answers each, a JSON object from the name of a check, or a level, to the minor versions at which it forbids the pod.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

const newest = 36

func main() {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		panic(err)
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<24)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var pod corev1.Pod
		if err := json.Unmarshal(in.Bytes(), &pod); err != nil {
			fmt.Fprintf(out, "{\"error\":%q}\n", err.Error())
			continue
		}
		answers := map[string]string{}
		for _, check := range policy.DefaultChecks() {
			answers[string(check.ID)] = ranges(func(minor int) bool {
				versioned := at(check, minor)
				return versioned == nil || versioned.CheckPod(&pod.ObjectMeta, &pod.Spec).Allowed
			})
		}
		for _, level := range []api.Level{api.LevelBaseline, api.LevelRestricted} {
			answers[string(level)] = ranges(func(minor int) bool {
				version := api.LevelVersion{Level: level, Version: api.MajorMinorVersion(1, minor)}
				return policy.AggregateCheckResults(evaluator.EvaluatePod(version, &pod.ObjectMeta, &pod.Spec)).Allowed
			})
		}
		line, _ := json.Marshal(answers)
		out.Write(line)
		out.WriteByte('\n')
	}
}

// The check as it was at a version; nil before it existed.
func at(check policy.Check, minor int) *policy.VersionedCheck {
	var found *policy.VersionedCheck
	for i := range check.Versions {
		version := api.MajorMinorVersion(1, minor)
		if !version.Older(check.Versions[i].MinimumVersion) {
			found = &check.Versions[i]
		}
	}
	return found
}

// The minor versions at which something is forbidden: "0-18,35-36"; empty where never.
func ranges(allowed func(minor int) bool) string {
	var all []string
	start := -1
	for minor := 0; minor <= newest+1; minor++ {
		forbidden := minor <= newest && !allowed(minor)
		if forbidden && start < 0 {
			start = minor
		}
		if !forbidden && start >= 0 {
			all = append(all, fmt.Sprintf("%d-%d", start, minor-1))
			start = -1
		}
	}
	return strings.Join(all, ",")
}
