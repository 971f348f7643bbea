// A request to erase what is kept about one recipient. Source: Postmark's Data Removal API.

export type DataRemovalStatus = 'Pending' | 'Done';

export type DataRemoval = { dataRemovalId: number; status: DataRemovalStatus };

export type PendingRemoval = { dataRemovalId: number; accountId: number; requestedFor: string; requestedAt: Date };
