/** Bounds on what is shown, each with its reason. UTF-16 units unless a name says otherwise. */
export const limits = {
  /** kube-apiserver and kubectl show long messages badly, and clients cut them at 4 KiB: the end, where the remedy stands, must survive. */
  messageCharacters: 3500,
  /** Findings spelt out in one admission message; the rest are counted. */
  findingsInMessage: 3,
  /** A line of a denial: an identity and its URL fit, a text of an attacker's making does not push out the next line. */
  messageLineCharacters: 700,
  /** kube-apiserver cuts a warning after 256 characters once all of one response exceed 4096. */
  warningCharacters: 256,
  /** So many warnings of 256 characters stay below the 4096 of one response. */
  warningsShown: 14,
  /** kube-apiserver keeps 256 KiB of audit annotations for one event, shared by all webhooks; ValidatingAdmissionPolicy allows itself 10 KiB for a value. */
  auditAnnotationCharacters: 10 * 1024,
  /** A host of 253 characters, and a path that a person can still read. */
  referenceShown: 512,
  /** Findings that `check` spells out for one object: a thousand containers would bury every other object. */
  findingsOfObject: 20,
  /** Exceptions without use that are told one by one below the findings: whoever clears them away begins with the first. */
  unusedShown: 20,
  /** Rules named of each. */
  rulesNamed: 5,
  /** A manifest's line as a terminal can show it; longer ones (JSON on one line) are shown around the place. */
  sourceLineCharacters: 120,
  /** The longest value that a caret underlines to its end: more is wider than any screen. */
  valueShown: 100,
  /** One finding in a list of a CI server, which shows a few lines of it: two identities and their URLs fit. */
  issueCharacters: 2000,
  /** A name of an annotation or test, which servers show on one line. */
  titleCharacters: 250,
  /** Results in one report of the cluster, as JSON in UTF-8: etcd takes 1.5 MiB with all that the API server adds. */
  resultBytes: 1024 * 1024,
  /** A text in such a result. */
  resultCharacters: 800,
  /** GitHub refuses comments of more than 65536 characters, and a job summary of 1 MiB is not read. */
  markdownCharacters: 64 * 1024 - 1,
  /** Rows of its table: what is folded below them finds room too. */
  markdownRows: 50,
  /** Findings spelt out in the HTML report: a browser lays them out and filters them within a second, and no person reads more. */
  htmlFindings: 2000,
  /** Of their markup together: hostile texts escape to six times their length, and a file of 8 MiB still opens from a slow disk at once. */
  htmlCharacters: 8 * 1024 * 1024,
  /** A text in it: two identities, their issuers and a sentence fit. */
  htmlTextCharacters: 1500,
  /** A name in a table or heading of it: the longest name of an object (253) and of its namespace fit. */
  htmlNameCharacters: 330,
  /** Rows of a table of it: so many namespaces, policies or images somebody still looks through. */
  htmlRows: 500,
  /** Objects without a finding that are named: a line each. */
  htmlClean: 1000,
  /** Controls of one policy: it is said to check a few standards, not a catalogue. */
  htmlControls: 20,
  /** Signatures of one image in its evidence tree; whoever can push can attach many. */
  htmlSignatures: 50,
  /** Policies named in the head of the page; the others stand in their table. */
  htmlPoliciesNamed: 6,
} as const;
