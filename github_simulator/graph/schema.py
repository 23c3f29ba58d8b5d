"""The simulated part of GitHub's GraphQL schema."""

SDL = """
scalar BigInt
scalar GitObjectID

interface Node { id: ID! }
interface Actor { login: String! }
interface GitObject { id: ID! oid: GitObjectID! }
interface Minimizable { isMinimized: Boolean! minimizedReason: String }

enum DiffSide { LEFT RIGHT }
enum PullRequestReviewThreadSubjectType { FILE LINE }
enum ReactionContent { CONFUSED EYES HEART HOORAY LAUGH ROCKET THUMBS_DOWN THUMBS_UP }
enum ReportedContentClassifiers { ABUSE DUPLICATE OFF_TOPIC OUTDATED RESOLVED SPAM }

type Query { repository(owner: String!, name: String!): Repository }

type Repository implements Node {
  id: ID!
  nameWithOwner: String!
  object(expression: String): GitObject
  pullRequest(number: Int!): PullRequest
}

type Blob implements GitObject & Node {
  id: ID!
  oid: GitObjectID!
  byteSize: Int!
  isBinary: Boolean
  isTruncated: Boolean!
  text: String
}
type Commit implements GitObject & Node { id: ID! oid: GitObjectID! message: String! }
type Tree implements GitObject & Node { id: ID! oid: GitObjectID! }

type User implements Actor & Node { id: ID! login: String! }
type Bot implements Actor & Node { id: ID! login: String! }
type Organization implements Actor & Node { id: ID! login: String! }

type PullRequest implements Node {
  id: ID!
  number: Int!
  reviewThreads(after: String, first: Int, last: Int): PullRequestReviewThreadConnection!
}

type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }

type PullRequestReviewThreadConnection {
  nodes: [PullRequestReviewThread]
  pageInfo: PageInfo!
  totalCount: Int!
}
type PullRequestReviewThread implements Node {
  id: ID!
  isResolved: Boolean!
  resolvedBy: User
  path: String!
  line: Int
  startLine: Int
  originalLine: Int
  diffSide: DiffSide!
  isOutdated: Boolean!
  subjectType: PullRequestReviewThreadSubjectType!
  comments(after: String, first: Int, last: Int): PullRequestReviewCommentConnection!
}

type PullRequestReviewCommentConnection {
  nodes: [PullRequestReviewComment]
  pageInfo: PageInfo!
  totalCount: Int!
}
type PullRequestReviewComment implements Minimizable & Node {
  id: ID!
  databaseId: Int
  fullDatabaseId: BigInt
  body: String!
  author: Actor
  isMinimized: Boolean!
  minimizedReason: String
  reactions(after: String, content: ReactionContent, first: Int, last: Int): ReactionConnection!
}

type ReactionConnection { nodes: [Reaction] pageInfo: PageInfo! totalCount: Int! }
type Reaction implements Node { id: ID! content: ReactionContent! user: User }

type Mutation {
  minimizeComment(input: MinimizeCommentInput!): MinimizeCommentPayload
  resolveReviewThread(input: ResolveReviewThreadInput!): ResolveReviewThreadPayload
  unresolveReviewThread(input: UnresolveReviewThreadInput!): UnresolveReviewThreadPayload
}
input MinimizeCommentInput {
  classifier: ReportedContentClassifiers!
  clientMutationId: String
  subjectId: ID!
}
type MinimizeCommentPayload { clientMutationId: String minimizedComment: Minimizable }
input ResolveReviewThreadInput { clientMutationId: String threadId: ID! }
type ResolveReviewThreadPayload { clientMutationId: String thread: PullRequestReviewThread }
input UnresolveReviewThreadInput { clientMutationId: String threadId: ID! }
type UnresolveReviewThreadPayload { clientMutationId: String thread: PullRequestReviewThread }
"""
